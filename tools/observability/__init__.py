"""What can be watched, in one place: metrics and spans, and the dashboards made of them."""
