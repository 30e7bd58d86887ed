package rulebook

import (
	"slices"
	"testing"
)

func TestEveryClockIsADutyOrNot(t *testing.T) {
	all := append(slices.Clone(DutyClocks), ClockConfirmApply, ClockWatch)
	slices.Sort(all)
	want := slices.Clone(engineClocks)
	slices.Sort(want)
	if !slices.Equal(all, want) {
		t.Errorf("%v\n%v", all, want)
	}
}
