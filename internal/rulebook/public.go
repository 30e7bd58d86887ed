package rulebook

// Public is what GET /rulebook returns: codes with their names, clocks and the
// figures a screen needs, nothing about passwords or lock-outs.
func (r *Rulebook) Public() any {
	return public{
		ID: r.ID, Name: r.Title, County: r.County, EffectiveFrom: r.EffectiveFrom,
		Levels: r.Levels, Kinds: r.Kinds, Statuses: r.Statuses, StatusNames: r.StatusNames,
		Lists: r.Lists, ListsAfterReply: r.ListsAfterReply, Categories: r.Categories,
		Sources: r.Sources, Concerns: r.Concerns, RiskLevels: r.RiskLevels,
		PartyRoles: r.PartyRoles, PetitionTypes: r.PetitionTypes, PetitionCategories: r.PetitionCategories, Channels: r.Channels,
		Outcomes: r.Outcomes, ResolveBy: r.ResolveBy, ReferralModes: r.ReferralModes,
		CourtModes: r.CourtModes, ReferralOutcomes: r.ReferralOutcomes,
		Reasons: r.Reasons, Remedies: r.Remedies, Clocks: r.Clocks, FollowUps: r.FollowUps,
		Clearance: r.Clearance, HandOverLimit: r.HandOverLimit, UndoMinutes: r.UndoMinutes,
		DraftDays: r.DraftDays, RiskMaxDays: r.RiskMaxDays, ExtendMaxDays: r.ExtendMaxDays,
		PauseMaxDays: r.PauseMaxDays, RepeatWatch: r.RepeatWatch, Attachments: r.Attachments,
		Duties: r.Duties, Staffing: r.Staffing,
	}
}

type public struct {
	ID                 string                       `json:"id"`
	Name               string                       `json:"name"`
	County             County                       `json:"county"`
	EffectiveFrom      string                       `json:"effectiveFrom"`
	Levels             []Level                      `json:"levels"`
	Kinds              []BodyKind                   `json:"kinds"`
	Statuses           []Coded                      `json:"statuses"`
	StatusNames        map[string]map[string]string `json:"statusNames"`
	Lists              []Coded                      `json:"lists"`
	ListsAfterReply    []string                     `json:"listsAfterReply"`
	Categories         []Coded                      `json:"categories"`
	Sources            []Coded                      `json:"sources"`
	Concerns           []Coded                      `json:"concerns"`
	RiskLevels         []Coded                      `json:"riskLevels"`
	PartyRoles         []Coded                      `json:"partyRoles"`
	PetitionTypes      []Coded                      `json:"petitionTypes"`
	PetitionCategories []string                     `json:"petitionCategories"`
	Channels           []Coded                      `json:"channels"`
	Outcomes           []Coded                      `json:"outcomes"`
	ResolveBy          []Coded                      `json:"resolveBy"`
	ReferralModes      []Coded                      `json:"referralModes"`
	CourtModes         []Coded                      `json:"courtModes"`
	ReferralOutcomes   []Coded                      `json:"referralOutcomes"`
	Reasons            map[string][]Coded           `json:"reasons"`
	Remedies           []Coded                      `json:"remedies"`
	Clocks             []Clock                      `json:"clocks"`
	FollowUps          FollowUps                    `json:"followUps"`
	Clearance          Clearance                    `json:"clearance"`
	HandOverLimit      int                          `json:"handOverLimit"`
	UndoMinutes        int                          `json:"undoMinutes"`
	DraftDays          int                          `json:"draftDays"`
	RiskMaxDays        int                          `json:"riskMaxDays"`
	ExtendMaxDays      int                          `json:"extendMaxDays"`
	PauseMaxDays       int                          `json:"pauseMaxDays"`
	RepeatWatch        int                          `json:"repeatWatch"`
	Attachments        Attachments                  `json:"attachments"`
	Duties             []Duty                       `json:"duties"`
	Staffing           []Staffing                   `json:"staffing"`
}
