"""What AWS has, one file a service and one constant a type; values only, no behaviour."""
