"""From a recording to a filed demo: propose a draft, transcribe, file; watch folder and worker queue."""
