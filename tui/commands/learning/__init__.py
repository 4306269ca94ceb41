"""Commands for what learners say and ask for: note, ask, needs, insight."""
