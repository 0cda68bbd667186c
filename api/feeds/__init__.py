"""What others read: changes, feeds, and the formats of the field."""
