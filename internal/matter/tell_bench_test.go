package matter

import (
	"testing"

	"tiaojietai/internal/rulebook"
	"tiaojietai/internal/testkit"
)

// What telling costs a step: one that tells nobody, and one that tells three
// people (escalate and return by turns, the second takes back what is unread).
func BenchmarkStep(b *testing.B) {
	clock := testkit.At("2026-11-02 09:00")
	f := newFixture(b, testkit.Open(b, clock), clock, rulebook.Default())
	ann, up := f.as(group1, "ann"), f.as(vill1, "ann")
	b.Run("tells nobody", func(b *testing.B) {
		v := f.tried(group1, "failed")
		for b.Loop() {
			v = f.do(v, ann, "consent", m{"party": v.Parties[0].ID, "given": true})
		}
	})
	b.Run("tells three", func(b *testing.B) {
		v := f.tried(group1, "failed")
		for i := 0; b.Loop(); i++ {
			if i%200 == 0 && i > 0 { // no matter goes on like this for ever
				b.StopTimer()
				v = f.tried(group1, "failed")
				b.StartTimer()
			}
			if i%2 == 0 {
				v = f.do(v, ann, "escalate", m{"reason": "noAgreement"})
			} else {
				v = f.do(v, up, "return", m{"reason": "notOurs"})
			}
			v.Actions = nil
		}
	})
}
