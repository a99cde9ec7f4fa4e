"""What tags resources ought to have: read policies, judge tags, say what mends them; pure."""
