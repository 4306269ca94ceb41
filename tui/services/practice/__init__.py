"""What the screens of practice may ask for, and this machine's services behind it."""
