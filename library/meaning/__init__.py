"""Search by meaning: sentence models, the embeddings of demos and their steps, and which demos come near a question."""
