"""What takes one stream after another, since none lasts for ever: cameras, jobs, many people."""
