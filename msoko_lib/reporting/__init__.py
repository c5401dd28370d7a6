"""How results reach people: blocks of a report, its figures, pages, index and workbooks."""
