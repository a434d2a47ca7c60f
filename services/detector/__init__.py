"""The detector: pictures in, faces and upright crops out."""
