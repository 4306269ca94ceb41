"""What screens may ask for (protocols), and the services of this machine that answer."""
