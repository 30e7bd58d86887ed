// Package job runs what is to happen later: rows of the table job, written in the
// transaction that causes them, run by one process a county at a time under a
// lease row, tried again with growing pauses. Periodic kinds derive their due
// times from the injected clock: starting after a gap does what never stopping
// would have done. Frequent kinds (sealing the audit) leave no rows; they must
// themselves find what is still to do.
//
// A job may run twice (the process died after the work and before the note), so
// its work must bear that.
package job
