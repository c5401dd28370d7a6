"""What must not be told of people: found in texts that come in and in files that go out."""
