"""Collection forms and registers as workbooks, and who has answered."""
