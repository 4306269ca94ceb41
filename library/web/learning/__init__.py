"""What learners say and ask for, in the web reader: forms, notes at a step, needs, and figures for the lead."""
