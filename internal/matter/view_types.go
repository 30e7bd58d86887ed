package matter

import "time"

// The shapes of a matter as the API shows it.

// Ref is a body or a person by code or id and name.
type Ref struct {
	Code  string `json:"code,omitempty"`
	ID    string `json:"id,omitempty"`
	Name  string `json:"name"`
	Level string `json:"level,omitempty"`
	Kind  string `json:"kind,omitempty"`
}

// PendingView is a hand-over, proposal or referral that waits for somebody.
type PendingView struct {
	Action string    `json:"action"`
	Name   string    `json:"name"`
	Body   Ref       `json:"body"`
	Since  time.Time `json:"since"`
}

// NextView is the next clock that asks for something.
type NextView struct {
	Clock       string    `json:"clock"`
	Name        string    `json:"name"`
	DueAt       time.Time `json:"dueAt"`
	State       string    `json:"state" enum:"running,overdue,paused"`
	Provisional bool      `json:"provisional"`
}

// RowView is a matter as one line of a list.
type RowView struct {
	ID           string       `json:"id"`
	Number       string       `json:"number"`
	Kind         string       `json:"kind"`
	Title        string       `json:"title"`
	Category     string       `json:"category"`
	CategoryName string       `json:"categoryName"`
	Status       string       `json:"status"`
	StatusName   string       `json:"statusName"`
	Holder       Ref          `json:"holder"`
	RegisteredAt *time.Time   `json:"registeredAt"`
	UpdatedAt    time.Time    `json:"updatedAt"`
	HandOvers    int64        `json:"handOvers"`
	Pending      *PendingView `json:"pending"`
	Next         *NextView    `json:"next"`
	Lists        []string     `json:"lists"`
	MergedInto   *string      `json:"mergedInto"`
	Void         bool         `json:"void"`
	Draft        bool         `json:"draft"`
	ComeBack     bool         `json:"comeBack"`
	Mode         string       `json:"mode" doc:"本单位怎样看到这件事"`
	Version      int64        `json:"version"`
	Hits         []HitView    `json:"hits,omitempty" doc:"找到的地方，只在带 q 查询时有"`
}

// View is a matter on one screen.
type View struct {
	RowView
	Description  string            `json:"description"`
	Source       string            `json:"source"`
	SourceName   string            `json:"sourceName"`
	PetitionType string            `json:"petitionType,omitempty"`
	Channel      string            `json:"channel,omitempty"`
	Place        Place             `json:"place"`
	Concerns     []string          `json:"concerns"`
	Headcount    int64             `json:"headcount"`
	AmountFen    int64             `json:"amountFen"`
	Project      *string           `json:"project"`
	Registrant   Ref               `json:"registrant"`
	Risk         RiskView          `json:"risk"`
	Demands      []DemandView      `json:"demands"`
	Parties      []PartyView       `json:"parties"`
	Appointed    []Ref             `json:"appointed"`
	Attempts     []AttemptView     `json:"attempts"`
	FollowUps    []FollowUpView    `json:"followUps"`
	Helps        []HelpView        `json:"helps"`
	Referrals    []ReferralView    `json:"referrals"`
	Supervisions []SupervisionView `json:"supervisions"`
	Advices      []AdviceView      `json:"advices"`
	Opinions     []OpinionView     `json:"opinions"`
	ExternalIDs  []NewExternal     `json:"externalIds"`
	Attachments  []FileView        `json:"attachments"`
	Links        []LinkView        `json:"links"`
	Deadlines    []DeadlineView    `json:"deadlines"`
	Route        []Ref             `json:"route"`
	ResolvedHow  string            `json:"resolvedHow,omitempty"`
	ResolveNote  string            `json:"resolveNote,omitempty"`
	Paper        string            `json:"paper,omitempty"`
	NoticeNote   string            `json:"noticeNote,omitempty"`
	OnTheSpot    bool              `json:"onTheSpot"`
	Imported     string            `json:"imported,omitempty" doc:"随哪一批台账导入"`
	CategoryWord string            `json:"categoryWord,omitempty" doc:"原台账写的类别"`
	FoundAt      *time.Time        `json:"foundAt"`
	AcceptedAt   *time.Time        `json:"acceptedAt"`
	ResolvedAt   *time.Time        `json:"resolvedAt"`
	EndedAt      *time.Time        `json:"endedAt"`
	ClearedAt    *time.Time        `json:"clearedAt"`
	Undo         *UndoView         `json:"undo"`
	Actions      []ActionView      `json:"actions"`
}

// RiskView is the risk of the dispute while it lasts.
type RiskView struct {
	Level string  `json:"level"`
	Name  string  `json:"name"`
	Why   string  `json:"why"`
	Until *string `json:"until"`
}

// DemandView is a demand with its list.
type DemandView struct {
	ID           string `json:"id"`
	Text         string `json:"text"`
	List         string `json:"list"`
	ListName     string `json:"listName"`
	ListProposed string `json:"listProposed"`
	ProposedName string `json:"listProposedName"`
	Outcome      string `json:"outcome"`
}

// ConsentView says that a party consented or refused.
type ConsentView struct {
	Given bool      `json:"given"`
	At    time.Time `json:"at"`
}

// PartyView is a party, masked.
type PartyView struct {
	ID       string       `json:"id"`
	Role     string       `json:"role"`
	RoleName string       `json:"roleName"`
	Name     string       `json:"name"`
	Phone    string       `json:"phone"`
	IDNumber string       `json:"idNumber"`
	Address  string       `json:"address"`
	Consent  *ConsentView `json:"consent"`
}

// AttemptView, FollowUpView, HelpView, ReferralView, SupervisionView, AdviceView,
// FileView, LinkView and UndoView are the parts of a matter by their names.
type AttemptView struct {
	ID          string    `json:"id"`
	HeldAt      time.Time `json:"heldAt"`
	Outcome     string    `json:"outcome"`
	OutcomeName string    `json:"outcomeName"`
	Note        string    `json:"note"`
	By          Ref       `json:"by"`
	Org         Ref       `json:"org"`
	Badge       bool      `json:"badge"`
}

type FollowUpView struct {
	No        int64      `json:"no"`
	DueAt     time.Time  `json:"dueAt"`
	DoneAt    *time.Time `json:"doneAt"`
	Performed *bool      `json:"performed"`
	Satisfied *bool      `json:"satisfied"`
	Note      string     `json:"note"`
}

type HelpView struct {
	ID     string     `json:"id"`
	Body   Ref        `json:"body"`
	Task   string     `json:"task"`
	DueAt  time.Time  `json:"dueAt"`
	Result *string    `json:"result"`
	DoneAt *time.Time `json:"doneAt"`
}

type ReferralView struct {
	ID          string     `json:"id"`
	To          Ref        `json:"to"`
	Mode        string     `json:"mode"`
	ModeName    string     `json:"modeName"`
	At          time.Time  `json:"at"`
	Outcome     *string    `json:"outcome"`
	OutcomeName string     `json:"outcomeName"`
	DoneAt      *time.Time `json:"doneAt"`
	Note        string     `json:"note"`
}

type SupervisionView struct {
	ID    string    `json:"id"`
	By    Ref       `json:"by"`
	Note  string    `json:"note"`
	DueAt time.Time `json:"dueAt"`
	Reply *string   `json:"reply"`
}

type AdviceView struct {
	At      time.Time `json:"at"`
	Expert  string    `json:"expert"`
	Opinion string    `json:"opinion"`
	Org     Ref       `json:"org"`
}

// OpinionView is what a finder or sender says of a closed matter.
type OpinionView struct {
	Person Ref       `json:"person"`
	Org    Ref       `json:"org"`
	Solved bool      `json:"solved"`
	Note   string    `json:"note"`
	At     time.Time `json:"at"`
}

type FileView struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	Type      string    `json:"type"`
	Size      int64     `json:"size"`
	At        time.Time `json:"at"`
	By        string    `json:"by"`
	Thumbnail bool      `json:"thumbnail"`
	Preview   string    `json:"preview" enum:"image,pdf,audio,video,text,none"`
}

type LinkView struct {
	Matter string `json:"matter"`
	Number string `json:"number"`
	Title  string `json:"title"`
	Why    string `json:"why"`
	Note   string `json:"note"`
}

type UndoView struct {
	Seq   int64     `json:"seq"`
	Until time.Time `json:"until"`
}

// DeadlineView is one clock with its law.
type DeadlineView struct {
	Clock       string     `json:"clock"`
	Name        string     `json:"name"`
	Org         Ref        `json:"org"`
	StartedAt   time.Time  `json:"startedAt"`
	DueAt       time.Time  `json:"dueAt"`
	Unit        string     `json:"unit"`
	Days        int64      `json:"days"`
	Basis       string     `json:"basis"`
	Verified    bool       `json:"verified"`
	State       string     `json:"state" enum:"running,overdue,paused,stopped"`
	PausedAt    *time.Time `json:"pausedAt"`
	PauseReason *string    `json:"pauseReason"`
	Provisional bool       `json:"provisional"`
}

// ActionView is something the caller may do now, with the inputs it needs.
type ActionView struct {
	Action  string  `json:"action"`
	Name    string  `json:"name"`
	Primary bool    `json:"primary"`
	Hint    string  `json:"hint"`
	Fields  []Field `json:"fields"`
}
