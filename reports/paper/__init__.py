"""Paper that is written on: questionnaires, and sheets of QR codes."""
