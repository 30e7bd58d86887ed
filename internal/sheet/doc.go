// Package sheet 表格: Excel and CSV in and out. It knows no business word and no
// database: it finds the table in a sheet as people really keep them, reads its
// values, and writes tables that are safe to open.
//
// # Words
//
//   - Book: an opened .xlsx or .csv. Sheet: one of its pages. Row and Cell: as stored.
//   - Table: what is found in a sheet: titles above, a header of one to three rows,
//     data rows, blank and total rows that are skipped and counted, notes.
//   - Column: a column of the table; the parts of a merged header are joined, 申请人/姓名.
//   - Unit: what a bare number in an amount column means, 元 or 万元.
//   - Export: what is written. Reason: why a row was rejected, and which cell is wrong.
//
// # Reading
//
// A file comes from outside and is believed in nothing: kind by content and not
// by name, size before the first byte, the parts of the archive by number, size
// and ratio before any is unpacked, and while unpacking no more than was declared.
// Macros, external links, encrypted and old workbooks are refused with a sentence
// that says what to do. Rows are streamed, no sheet is held in memory. A formula
// is never evaluated; what counts is the result stored beside it.
//
// [Book.Table] reads its sheet to the end, so a file cut or damaged anywhere is
// refused there, before the first row is used.
//
// # Writing
//
// Everything is streamed. A text that a spreadsheet would take for a formula is
// made plain text; see [Export].
//
// # What it never does
//
// It guesses no value: a date without year, a two-digit year, an amount in words
// it does not know is an error with the reason, never a likely value. It drops no
// row silently: what is not data is counted or kept as a note.
package sheet
