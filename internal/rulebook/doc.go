// Package rulebook 规则册: everything a county may decide differently, in one
// typed, validated, effective-dated file. The code is the engine; the county of
// Yuanmou is the first rulebook (yuanmou.yaml, embedded). A broken file is
// refused with file, line and reason. Numbers and names come from there; whether
// their legal basis has been checked stands beside them (Verified).
//
// It never knows a database, a clock on the wall or a person, and a rulebook
// can switch rows of the transition table off but never add one.
package rulebook
