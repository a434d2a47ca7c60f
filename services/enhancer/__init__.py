"""The enhancer: aligned crops in, crops that are easier to recognise out. None is evidence."""
