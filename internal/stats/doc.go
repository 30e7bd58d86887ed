// Package stats is 统计报表: read-only sums over the registers. No figure is
// stored and none can be typed: each is counted from rows, and each rate comes
// with its numerator and denominator.
//
// It never groups or counts anything by a party.
package stats
