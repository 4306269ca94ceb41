"""What learners say of demos, what they ask for, and what follows from both for those who make demos."""
