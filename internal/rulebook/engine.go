package rulebook

// Clock codes the engine starts and stops. A rulebook gives all of them their
// days and may add none.
const (
	ClockAcceptance   = "acceptance"
	ClockReceipt      = "receipt"
	ClockHolder       = "holder"
	ClockMatter       = "matter"
	ClockFollowUp     = "followUp"
	ClockReferral     = "referral"
	ClockHelp         = "help"
	ClockConfirm      = "confirm"      // the court's examination
	ClockConfirmApply = "confirmApply" // the parties' time to apply together, from effect
	ClockSupervision  = "supervision"
	ClockWatch        = "watch"
	ClockDraft        = "draft"
	ClockForward      = "petitionForward" // a petition's forwarding to the competent organ
	ClockHandOn       = "handOn"          // of a petition written down by a mediation body
)

var engineClocks = []string{ClockAcceptance, ClockReceipt, ClockHolder, ClockMatter, ClockFollowUp, ClockReferral,
	ClockHelp, ClockConfirm, ClockConfirmApply, ClockSupervision, ClockWatch, ClockDraft, ClockForward, ClockHandOn}

// DutyClocks are the clocks somebody has to mind. The others only say how long
// something is possible (confirmApply) or looked at (watch): past due, nobody is late.
var DutyClocks = []string{ClockAcceptance, ClockReceipt, ClockHolder, ClockMatter, ClockFollowUp, ClockReferral,
	ClockHelp, ClockConfirm, ClockSupervision, ClockDraft, ClockForward, ClockHandOn}

// mayAsk are the clocks whose days whoever asks may write; the rest need a number.
var mayAsk = []string{ClockFollowUp, ClockHelp, ClockSupervision}

// fixedSets are codes the engine acts on: a rulebook names them, and neither
// drops nor adds one.
var fixedSets = map[string][]string{
	"status":       {"registered", "accepted", "handling", "referred", "resolved", "concluded", "ended", "declined", "withdrawn", "cleared"},
	"outcome":      {"agreed", "failed", "adjourned"},
	"resolveBy":    {"agreement", "oral", "relief", "ruling"},
	"petitionType": {"claim", "suggestion", "accusation"},
	"referralMode": {"legalAid", "expertOpinion", "adminRoute", "confirm"},
	"courtMode":    {"preFiling", "postFiling"},
}

// leastSets are codes the engine acts on in sets a county may add to. The
// concerns protect people and cannot be left out.
var leastSets = map[string][]string{
	"source":          {"screening", "court", "portal", "import"},
	"concern":         {"violence", "minor", "threat"},
	"riskLevel":       {"normal"},
	"partyRole":       {"applicant", "respondent", "petitioner"},
	"referralOutcome": {"confirmed", "refused", "withdrawn"},
	"list":            {},
	"category":        {},
	"channel":         {},
	"remedy":          {},
}

// reasonGroups are the actions that ask for a preset reason.
var reasonGroups = []string{"decline", "end", "escalate", "skip", "return", "transfer", "recall", "extend", "pause", "reopen",
	"withdraw", "classify", "amend", "sendBack", "risk", "reveal", "unlink"}

// switchable are the rows of the transition table a rulebook may switch off.
// Never among them: what a citizen's right or the ladder itself rests on
// (consent, decline with its confirmation, end, sign, return, reopen, withdraw,
// guideToCourt, clear …).
var switchable = []string{"merge", "split", "undo", "transfer", "recall", "requestHelp", "extend", "pause",
	"supervise", "advise", "sendBack", "onTheSpot", "refer"}

// Switchable are the actions a rulebook may switch off.
func Switchable() []string { return append([]string(nil), switchable...) }

var offices = []string{OfficeJoint, OfficeJustice, OfficeCourt, OfficePetition, OfficeCounter, OfficeDiscipline, OfficePolice}

// neededOffices must be filled by exactly one kind of body each.
var neededOffices = []string{OfficeJoint, OfficeJustice, OfficeCourt}
