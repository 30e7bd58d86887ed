package stats

import (
	"fmt"
	"math/big"
)

// Rate is a share with what it was counted from.
type Rate struct {
	Numerator   int64   `json:"numerator"`
	Denominator int64   `json:"denominator"`
	Percent     *string `json:"percent" doc:"百分数，四舍五入到两位小数；分母为 0 时没有"`
}

// NewRate rounds half up to two places; over 0 there is no percent. Seed, part
// three: 2132 of 2141 is 99.58.
func NewRate(numerator, denominator int64) Rate {
	r := Rate{Numerator: numerator, Denominator: denominator}
	if denominator == 0 {
		return r
	}
	n := new(big.Int).Mul(big.NewInt(numerator), big.NewInt(20000)) // twice the hundredths of a percent
	n.Add(n, big.NewInt(denominator))
	n.Div(n, big.NewInt(2*denominator))
	hundredths := n.Int64()
	p := fmt.Sprintf("%d.%02d", hundredths/100, hundredths%100)
	r.Percent = &p
	return r
}

// Level is what became of a cohort at one level of the ladder.
type Level struct {
	Level    string `json:"level"`
	Name     string `json:"name"`
	Resolved int64  `json:"resolved"`
	Ended    int64  `json:"ended"`
}

// Summary is a cohort (the matters first accepted within the dates by a body in
// `under`) and what became of it, with the bodies and mediators at the last day.
type Summary struct {
	Under       string  `json:"under"`
	From        string  `json:"from"`
	To          string  `json:"to"`
	Kind        string  `json:"kind"`
	Registered  int64   `json:"registered" doc:"这段时间登记的"`
	Accepted    int64   `json:"accepted" doc:"这段时间首次受理的"`
	Resolved    int64   `json:"resolved" doc:"其中现在是化解，或化解后销号的"`
	Ended       int64   `json:"ended" doc:"其中现在是终止，或终止后销号的"`
	Open        int64   `json:"open" doc:"其中还在办的"`
	SuccessRate Rate    `json:"successRate"`
	FollowedUp  Rate    `json:"followedUp" doc:"化解的里面，回访过的"`
	Performed   Rate    `json:"performed" doc:"回访过的里面，都已兑现的"`
	Reopened    int64   `json:"reopened" doc:"其中重新办理过的"`
	ComeBack    int64   `json:"comeBack" doc:"其中与近期销号的一件双方相同的（回潮）"`
	ToCourt     int64   `json:"toCourt" doc:"其中送过法院司法确认的"`
	ByLevel     []Level `json:"byLevel" doc:"在哪一级化解、终止"`
	Bodies      int64   `json:"bodies" doc:"末日开着的调解组织"`
	Mediators   int64   `json:"mediators" doc:"末日在任的调解员"`
}
