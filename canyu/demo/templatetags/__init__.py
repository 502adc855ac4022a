"""Tags for the demo."""
