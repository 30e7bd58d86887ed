// Package ledger 台账: what bodies kept in tables before comes in, and any list goes
// out as a table. It reads across the registers and writes through them.
//
// # Import
//
// A file is kept under the data directory, its table found (internal/sheet), its
// columns guessed from the headers (words.yaml) and corrected by the person; the
// mapping is kept for the body's next file with the same headers. Checking and
// entering are jobs: they read the file row by row, note how far they are, and go
// on after a crash with the first row that is not in yet.
//
//   - batch 批次: one import, by a short number; a matter carries it for good.
//   - row: goes in whole or not at all. Its entry (ledger_entry) is written in the
//     same transaction and keeps it from going in twice.
//   - rejected: a row with a reason, named by its cell; no value is kept, the file has it.
//   - undo: every row of the batch is marked void, unless something was done with one.
//
// # What it never does
//
// It corrects no value and fills none in; it adds no body or person a matter row
// names; it tells nobody of single rows; it keeps no file longer than thirty days.
package ledger
