package rulebook

import (
	"fmt"
	"strings"
)

// index builds the look-up tables once a file has passed its checks.
func (r *Rulebook) index() {
	r.sets = r.codedSets()
	for action, reasons := range r.Reasons {
		r.sets["reason."+action] = reasons
	}
	for _, l := range r.Levels {
		r.sets["level"] = append(r.sets["level"], Coded{Code: l.Code, Name: l.Name})
	}
	for _, k := range r.Kinds {
		r.sets["kind"] = append(r.sets["kind"], Coded{Code: k.Code, Name: k.Name})
	}
	for _, c := range r.Clocks {
		r.sets["clock"] = append(r.sets["clock"], Coded{Code: c.Code, Name: c.Name, Basis: c.Basis, Verified: c.Verified})
	}
	for _, path := range r.PetitionCategories {
		r.sets["petitionCategory"] = append(r.sets["petitionCategory"], Coded{Code: path, Name: strings.ReplaceAll(path, "/", " › ")})
	}
	r.names = map[string]map[string]string{}
	for set, items := range r.sets {
		m := make(map[string]string, len(items))
		for _, it := range items {
			m[it.Code] = it.Name
		}
		r.names[set] = m
	}
	draft, _ := r.Clock(ClockDraft)
	watch, _ := r.Clock(ClockWatch)
	r.DraftDays, r.RepeatWatch = draft.Days, watch.Days
}

// codedSets are the plain code lists by the name Set, Name and Has know them by.
func (r *Rulebook) codedSets() map[string][]Coded {
	return map[string][]Coded{
		"status": r.Statuses, "list": r.Lists, "category": r.Categories, "source": r.Sources,
		"concern": r.Concerns, "riskLevel": r.RiskLevels, "partyRole": r.PartyRoles,
		"petitionType": r.PetitionTypes, "channel": r.Channels, "outcome": r.Outcomes,
		"resolveBy": r.ResolveBy, "referralMode": r.ReferralModes, "courtMode": r.CourtModes,
		"referralOutcome": r.ReferralOutcomes, "remedy": r.Remedies,
	}
}

// Set returns the codes of a set: category, source, list, status, concern,
// riskLevel, partyRole, petitionType, channel, outcome, resolveBy, referralMode,
// courtMode, referralOutcome, remedy, level, kind, clock, reason.<action>.
func (r *Rulebook) Set(set string) []Coded { return r.sets[set] }

// Name gives the Chinese name of a code; an unknown code (of an older version)
// is shown as it is rather than as nothing.
func (r *Rulebook) Name(set, code string) string {
	if n, ok := r.names[set][code]; ok {
		return n
	}
	return code
}

// Has tells whether the set knows the code.
func (r *Rulebook) Has(set, code string) bool {
	_, ok := r.names[set][code]
	return ok
}

// StatusName is Name("status", code), but as a matter of that kind calls it.
func (r *Rulebook) StatusName(matterKind, code string) string {
	if n, ok := r.StatusNames[matterKind][code]; ok {
		return n
	}
	return r.Name("status", code)
}

// Clock finds a clock.
func (r *Rulebook) Clock(code string) (Clock, bool) {
	return find(r.Clocks, func(c Clock) bool { return c.Code == code })
}

// Level finds a level.
func (r *Rulebook) Level(code string) (Level, bool) {
	return find(r.Levels, func(l Level) bool { return l.Code == code })
}

// Kind finds a kind of body.
func (r *Rulebook) Kind(code string) (BodyKind, bool) {
	return find(r.Kinds, func(k BodyKind) bool { return k.Code == code })
}

// Office finds the kind of body that fills an office (OfficeJoint, …).
func (r *Rulebook) Office(office string) (BodyKind, bool) {
	return find(r.Kinds, func(k BodyKind) bool { return k.Office == office })
}

func find[T any](all []T, ok func(T) bool) (T, bool) {
	for _, v := range all {
		if ok(v) {
			return v, true
		}
	}
	var none T
	return none, false
}

// Rank of a level, 0 the lowest; -1 for an unknown one.
func (r *Rulebook) Rank(level string) int {
	if l, ok := r.Level(level); ok {
		return l.Rank
	}
	return -1
}

// NextLevelUp is the level above, false at the top or for an unknown level.
func (r *Rulebook) NextLevelUp(level string) (string, bool) {
	rank := r.Rank(level)
	if rank < 0 || rank+1 >= len(r.Levels) {
		return "", false
	}
	return r.Levels[rank+1].Code, true
}

// CountedKinds are the codes of the kinds counted as mediation bodies.
func (r *Rulebook) CountedKinds() []string {
	var codes []string
	for _, k := range r.Kinds {
		if k.Counted {
			codes = append(codes, k.Code)
		}
	}
	return codes
}

// Off tells whether the rulebook has switched a row of the transition table off.
func (r *Rulebook) Off(action string) bool {
	_, off := find(r.SwitchedOff, func(a string) bool { return a == action })
	return off
}

// RegisterNumber composes a registration number from the short name of the
// sealed body, e.g. 马街调登〔2026〕000123号.
func (r *Rulebook) RegisterNumber(short string, year, n int) string {
	return fmt.Sprintf("%s%s〔%d〕%0*d号", short, r.Numbers.Register, year, r.Numbers.Digits, n)
}

// DossierNumber composes a dossier number, e.g. 〔2026〕马街人调字第12号.
func (r *Rulebook) DossierNumber(short string, year, n int) string {
	return fmt.Sprintf("〔%d〕%s%s第%d号", year, short, r.Numbers.Dossier, n)
}

// NormFor is the norm of full-time mediators of a kind of body, false for none.
func (r *Rulebook) NormFor(kind string, residents int) (int, bool) {
	for _, s := range r.Staffing {
		if _, ok := find(s.Kinds, func(k string) bool { return k == kind }); ok {
			return s.Norm(residents), true
		}
	}
	return 0, false
}
