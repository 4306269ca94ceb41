"""What people say of demos and ask for, as the screens need it."""
