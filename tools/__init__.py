"""Programs for the people who build Sureface; nothing at run time imports them."""
