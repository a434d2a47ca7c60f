"""What each part of the served model is worth, at equal budgets, on people kept aside."""
