"""The second mind of the thinking agents: a language model, held to the same evidence as the builtin analyst."""
