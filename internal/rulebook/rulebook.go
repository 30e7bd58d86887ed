package rulebook

// Coded is one code with its Chinese name. Basis is the law and article behind
// it; Verified says that the article was checked against the text of the law.
type Coded struct {
	Code       string `yaml:"code" json:"code"`
	Name       string `yaml:"name" json:"name"`
	PublicName string `yaml:"publicName" json:"publicName,omitempty"` // what the citizen reads, where it differs
	Hint       string `yaml:"hint" json:"hint,omitempty"`
	Basis      string `yaml:"basis" json:"basis,omitempty"`
	Verified   bool   `yaml:"verified" json:"verified"`
}

// Level is a rung of the ladder; Rank 0 is the lowest, in file order.
type Level struct {
	Code string `yaml:"code" json:"code"`
	Name string `yaml:"name" json:"name"`
	Rank int    `yaml:"-" json:"rank"`
}

// Offices the engine knows by their part in the mechanism (BodyKind.Office).
const (
	OfficeJoint      = "joint"      // 联席会议办公室: stands above every township and county body
	OfficeJustice    = "justice"    // 司法局: referrals and advice
	OfficeCourt      = "court"      // 法院: joint confirmation, entrusted disputes
	OfficePetition   = "petition"   // 信访局
	OfficeCounter    = "counter"    // 综治中心: the common counter
	OfficeDiscipline = "discipline" // 纪委监委
	OfficePolice     = "police"     // 公安局
)

// SealOfParent as BodyKind.SealUnder: acts under the seal and number series of
// the nearest body above that holds one.
const SealOfParent = "parent"

// BodyKind is a kind of body; level and kind are separate things.
type BodyKind struct {
	Code           string `yaml:"code" json:"code"`
	Name           string `yaml:"name" json:"name"`
	Level          string `yaml:"level" json:"level"`
	Counted        bool   `yaml:"counted" json:"counted"`               // one of the kinds counted as mediation bodies; owes duties
	Registers      bool   `yaml:"registers" json:"registers"`           // may write a matter down and hand it on
	HoldsMatters   bool   `yaml:"holdsMatters" json:"holdsMatters"`     // has a place on the dispute ladder
	HoldsPetitions bool   `yaml:"holdsPetitions" json:"holdsPetitions"` // may hold and answer a petition
	SealHolder     bool   `yaml:"sealHolder" json:"sealHolder"`         // a 人民调解委员会 with seal and number series
	SealUnder      string `yaml:"sealUnder" json:"sealUnder,omitempty"` // "" or SealOfParent
	CountySight    bool   `yaml:"countySight" json:"countySight"`       // reads the county's matters, changes none
	Office         string `yaml:"office" json:"office,omitempty"`       // one of the Office constants, or ""
}

// Units of a clock.
const (
	UnitDay     = "day"     // calendar day
	UnitWorkday = "workday" // working day of the State Council's calendar
)

// Sides of a clock: whom the last day's falling on a holiday must not hurt.
const (
	SideBody    = "body"    // a body's duty: falls early
	SideCitizen = "citizen" // a citizen's right: falls late
)

// Clock is a deadline rule. Days is 0 only where ByLevel gives them or AsAsked
// says that whoever asks writes the due time.
type Clock struct {
	Code     string         `yaml:"code" json:"code"`
	Name     string         `yaml:"name" json:"name"`
	Days     int            `yaml:"days" json:"days"`
	ByLevel  map[string]int `yaml:"byLevel" json:"byLevel,omitempty"` // level code → days
	AsAsked  bool           `yaml:"asAsked" json:"asAsked,omitempty"`
	Unit     string         `yaml:"unit" json:"unit"`
	Side     string         `yaml:"side" json:"side"`
	Basis    string         `yaml:"basis" json:"basis"`
	Verified bool           `yaml:"verified" json:"verified"`
}

// DaysFor gives the days for a body of that level, in c.Unit.
func (c Clock) DaysFor(level string) int {
	if n, ok := c.ByLevel[level]; ok {
		return n
	}
	return c.Days
}

// FollowUps maps how a matter was resolved (agreement, oral, relief, ruling) to
// the days after it on which it is followed up.
type FollowUps map[string][]int

// Clearance says which matters another person of the same body may clear.
type Clearance struct {
	SimpleBy           []string `yaml:"simpleBy" json:"simpleBy"`                     // resolve kinds; on the spot counts as oral
	SimpleMaxAmountFen int64    `yaml:"simpleMaxAmountFen" json:"simpleMaxAmountFen"` // fen; a larger amount is not simple
	NeedsNoConcerns    []string `yaml:"needsNoConcerns" json:"needsNoConcerns"`       // concerns that make it not simple
	NeedsRisk          string   `yaml:"needsRisk" json:"needsRisk"`                   // the risk level a simple matter must have
	SamplePercent      int      `yaml:"samplePercent" json:"samplePercent"`           // share of simple clearances drawn for a check
}

// Duties and cadences.
const (
	DutyScreen  = "screen"  // 排查
	DutyAnalyse = "analyse" // 研判

	CadenceWeek      = "week"      // Monday to Sunday, due Monday
	CadenceTenDays   = "tenDays"   // 旬
	CadenceHalfMonth = "halfMonth" // 1–15, 16–last
	CadenceMonth     = "month"
)

// Duty says which kinds of body owe a screening or an analysis, and how often.
type Duty struct {
	Duty    string   `yaml:"duty" json:"duty"`
	Kinds   []string `yaml:"kinds" json:"kinds"`
	Cadence string   `yaml:"cadence" json:"cadence"`
}

// Staffing is a norm of full-time mediators: max(Min, ceil(residents/PerResidents)).
type Staffing struct {
	Kinds        []string `yaml:"kinds" json:"kinds"`
	PerResidents int      `yaml:"perResidents" json:"perResidents,omitempty"`
	Min          int      `yaml:"min" json:"min"`
	Basis        string   `yaml:"basis" json:"basis,omitempty"`
	Verified     bool     `yaml:"verified" json:"verified"`
}

// Norm gives the full-time mediators a body with that many residents must have.
func (s Staffing) Norm(residents int) int {
	if s.PerResidents <= 0 {
		return s.Min
	}
	return max(s.Min, (residents+s.PerResidents-1)/s.PerResidents)
}

// Numbers are the words of the number series: 马街 + Register + 〔2026〕000123号.
type Numbers struct {
	Register string `yaml:"register" json:"register"` // word of the registration number
	Dossier  string `yaml:"dossier" json:"dossier"`   // word of the dossier number
	Digits   int    `yaml:"digits" json:"digits"`     // least digits of the registration number
}

// Password, Lockout, Session and Attachments are the county's technical limits.
type Password struct {
	MinLength  int `yaml:"minLength" json:"minLength"`   // runes
	Classes    int `yaml:"classes" json:"classes"`       // of upper, lower, digit, other
	ExpireDays int `yaml:"expireDays" json:"expireDays"` // 0: never
	History    int `yaml:"history" json:"history"`       // last passwords not to be used again
}

// Lockout closes a login for Minutes after Tries wrong passwords.
type Lockout struct {
	Tries   int `yaml:"tries" json:"tries"`
	Minutes int `yaml:"minutes" json:"minutes"`
}

// Session ends a session after so many idle minutes.
type Session struct {
	IdleMinutes      int `yaml:"idleMinutes" json:"idleMinutes"`
	AdminIdleMinutes int `yaml:"adminIdleMinutes" json:"adminIdleMinutes"`
}

// Notices says when the morning's digest is written (hour of the day, Asia/Shanghai)
// and how many days a read notice, and any notice, is kept.
type Notices struct {
	DigestHour   int `yaml:"digestHour" json:"digestHour"`
	KeepReadDays int `yaml:"keepReadDays" json:"keepReadDays"`
	KeepDays     int `yaml:"keepDays" json:"keepDays"`
}

// Attachments limits size (bytes), types (by content, not by name), the pixels of
// a picture, and how many uploads one person may have unfinished.
type Attachments struct {
	MaxBytes      int64    `yaml:"maxBytes" json:"maxBytes"`
	MaxPixels     int64    `yaml:"maxPixels" json:"maxPixels"`
	MaxUnfinished int      `yaml:"maxUnfinished" json:"maxUnfinished"`
	Types         []string `yaml:"types" json:"types"`
}

// County is the county the rulebook is for.
type County struct {
	Code string `yaml:"code" json:"code"` // six digits
	Name string `yaml:"name" json:"name"`
}

// Rulebook is one version of a county's rules. It is read-only after Parse.
type Rulebook struct {
	ID            string     `yaml:"id"`
	Title         string     `yaml:"name"`
	County        County     `yaml:"county"`
	EffectiveFrom string     `yaml:"effectiveFrom"` // date, Asia/Shanghai
	Levels        []Level    `yaml:"levels"`
	Kinds         []BodyKind `yaml:"kinds"`
	Numbers       Numbers    `yaml:"numbers"`

	Statuses           []Coded                      `yaml:"statuses"`
	StatusNames        map[string]map[string]string `yaml:"statusNames"` // matter kind → status → other name
	Lists              []Coded                      `yaml:"lists"`
	ListsAfterReply    []string                     `yaml:"listsAfterReply"` // on a petition only with or after a written reply
	Categories         []Coded                      `yaml:"categories"`
	Sources            []Coded                      `yaml:"sources"`
	Concerns           []Coded                      `yaml:"concerns"`
	RiskLevels         []Coded                      `yaml:"riskLevels"`
	PartyRoles         []Coded                      `yaml:"partyRoles"`
	PetitionTypes      []Coded                      `yaml:"petitionTypes"`
	PetitionCategories []string                     `yaml:"petitionCategories"` // paths of a content classification, provisional; none: free text
	Channels           []Coded                      `yaml:"channels"`
	Outcomes           []Coded                      `yaml:"outcomes"`  // of an attempt
	ResolveBy          []Coded                      `yaml:"resolveBy"` // how a matter was resolved
	ReferralModes      []Coded                      `yaml:"referralModes"`
	CourtModes         []Coded                      `yaml:"courtModes"` // how a court entrusts a dispute
	ReferralOutcomes   []Coded                      `yaml:"referralOutcomes"`
	Remedies           []Coded                      `yaml:"remedies"` // Name is a whole sentence
	Reasons            map[string][]Coded           `yaml:"reasons"`  // by action

	Clocks        []Clock   `yaml:"clocks"`
	FollowUps     FollowUps `yaml:"followUps"`
	Clearance     Clearance `yaml:"clearance"`
	HandOverLimit int       `yaml:"handOverLimit"` // transfers signed for, after which only a head above transfers
	UndoMinutes   int       `yaml:"undoMinutes"`
	RiskMaxDays   int       `yaml:"riskMaxDays"`
	ExtendMaxDays int       `yaml:"extendMaxDays"` // of one extension
	PauseMaxDays  int       `yaml:"pauseMaxDays"`  // of one pause
	SwitchedOff   []string  `yaml:"switchedOff"`   // actions of the transition table

	Duties       []Duty      `yaml:"duties"`
	DutyLateDays int         `yaml:"dutyLateDays"`
	Staffing     []Staffing  `yaml:"staffing"`
	Password     Password    `yaml:"password"`
	Lockout      Lockout     `yaml:"lockout"`
	Session      Session     `yaml:"session"`
	Attachments  Attachments `yaml:"attachments"`
	Notices      Notices     `yaml:"notices"`

	DraftDays   int `yaml:"-"` // days of the clock draft
	RepeatWatch int `yaml:"-"` // days of the clock watch

	sets  map[string][]Coded
	names map[string]map[string]string
}
