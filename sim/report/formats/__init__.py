"""What a report is written as: page, workbook, note, screen."""
