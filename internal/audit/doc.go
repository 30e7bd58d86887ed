// Package audit is 留痕: who did, or was refused, or looked at what, and when.
//
// A row is written in the transaction it tells of, with a keyed hash of its own
// (SM3-HMAC), and names fields, never values. A job seals rows every few seconds
// into blocks chained per county, so that no writer waits for another. A refusal
// is written after the rollback. Rows are never changed or deleted.
package audit
