"""Add up what a report shows, as plain data, and put it into a page; opens no run by itself."""
