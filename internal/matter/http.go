package matter

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"tiaojietai/internal/account"
	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
	"tiaojietai/internal/gm"
	"tiaojietai/internal/web"
)

// Raw is a JSON value that the service checks itself, after scope; the API
// document shows it as a T.
type Raw[T any] struct{ JSON json.RawMessage }

// UnmarshalJSON keeps the bytes.
func (r *Raw[T]) UnmarshalJSON(b []byte) error {
	r.JSON = append(r.JSON[:0], b...)
	return nil
}

// Schema implements huma.SchemaProvider.
func (Raw[T]) Schema(r huma.Registry) *huma.Schema {
	t := reflect.TypeFor[T]()
	if t == reflect.TypeFor[actionInput]() {
		return actionSchema(r)
	}
	return r.Schema(t, true, t.Name())
}

// actionInput stands for the input of an action: one of the table's.
type actionInput struct{}

type newInput struct{ Body Raw[NewMatter] }

type spotInput struct{ Body Raw[OnTheSpot] }

// IDInput is a matter in the path; exported, since huma skips embedded fields that are not.
type IDInput struct {
	ID string `path:"id" maxLength:"36"`
}

type actInput struct {
	IDInput
	Body struct {
		Action  string           `json:"action"`
		Version int64            `json:"version"`
		Input   Raw[actionInput] `json:"input,omitempty"`
	}
}

type listInput struct {
	Kind          []string `query:"kind" doc:"dispute, petition"`
	Status        []string `query:"status"`
	List          []string `query:"list" doc:"还没解决的诉求所在清单"`
	Category      []string `query:"category"`
	Holder        []string `query:"holder" doc:"持有单位代码"`
	Under         string   `query:"under" doc:"机构代码：它和它以下持有的"`
	Overdue       bool     `query:"overdue"`
	Q             string   `query:"q" maxLength:"100"`
	From          string   `query:"from" doc:"登记日期从"`
	To            string   `query:"to" doc:"登记日期到"`
	Stands        []string `query:"stands" doc:"现在的状态，已销号的看销号前的状态"`
	AcceptedFrom  string   `query:"acceptedFrom" doc:"首次受理日期从"`
	AcceptedTo    string   `query:"acceptedTo" doc:"首次受理日期到"`
	AcceptedUnder string   `query:"acceptedUnder" doc:"机构代码：由它和它以下首次受理的"`
	Todo          string   `query:"todo" doc:"待办的一组：overdue, dueToday, toSign, toConfirm, toClear, mine"`
	Sort          string   `query:"sort" default:"-registeredAt" doc:"due, -registeredAt"`
	Limit         int      `query:"limit" default:"20"`
	Cursor        string   `query:"cursor"`
	NarrowInput
}

type revealInput struct {
	IDInput
	Body struct {
		Party  string `json:"party"`
		Reason string `json:"reason,omitempty"`
	}
}

type bulkInput struct {
	Body struct {
		Items  []BulkItem `json:"items" minItems:"1" maxItems:"100"`
		Agree  bool       `json:"agree"`
		Except []string   `json:"except,omitempty"`
		Note   string     `json:"note,omitempty" maxLength:"500"`
	}
}

type changesInput struct {
	Since time.Time `query:"since"`
	Match string    `header:"If-None-Match"`
}

type changesOutput struct {
	Status int
	ETag   string `header:"ETag"`
	Body   *Changes
}

type out[T any] struct{ Body T }

type timelineOutput struct {
	Items []EntryView `json:"items"`
}

// FormView is the form of a new matter, for clients that draw it from data.
type FormView struct {
	Fields    []Field `json:"fields"`
	OnTheSpot []Field `json:"onTheSpot"`
}

// Routes mounts the calls of this slice.
func (s *Service) Routes(api huma.API) {
	op := func(id, method, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"事项"}, SkipValidateBody: method == http.MethodPost}
	}
	created := func(o huma.Operation) huma.Operation { o.DefaultStatus = http.StatusCreated; return o }
	scoped := func(o huma.Operation) huma.Operation {
		o.Middlewares = huma.Middlewares{web.Before(api, s.inScope)}
		return o
	}
	huma.Register(api, created(op("registerMatter", http.MethodPost, "/matters", "登记事项")), s.postMatter)
	huma.Register(api, created(op("onTheSpot", http.MethodPost, "/matters/onTheSpot", "当场调")), s.postSpot)
	huma.Register(api, op("confirmLists", http.MethodPost, "/matters/confirmLists", "批量复核清单"), s.postConfirm)
	huma.Register(api, op("signMany", http.MethodPost, "/matters/sign", "批量签收"), s.postSign)
	huma.Register(api, op("newMatter", http.MethodGet, "/matters/new", "登记表要填什么"), s.getForm)
	huma.Register(api, op("listMatters", http.MethodGet, "/matters", "事项列表"), s.getMatters)
	huma.Register(api, op("getMatter", http.MethodGet, "/matters/{id}", "一件事"), s.getMatter)
	huma.Register(api, op("getTimeline", http.MethodGet, "/matters/{id}/timeline", "时间线"), s.getTimeline)
	huma.Register(api, op("getSlip", http.MethodGet, "/matters/{id}/slip", "口头协议登记表和回执"), s.getSlip)
	huma.Register(api, scoped(op("actOnMatter", http.MethodPost, "/matters/{id}/actions", "办理一步")), s.postAction)
	huma.Register(api, scoped(op("revealParty", http.MethodPost, "/matters/{id}/reveal", "查看当事人联系方式")), s.postReveal)
	s.findRoutes(api)
	huma.Register(api, op("getTodo", http.MethodGet, "/todo", "今天要办的"), s.getTodo)
	huma.Register(api, op("getChanges", http.MethodGet, "/changes", "有变化的事项"), s.getChanges)
	huma.Register(api, op("getWorkflow", http.MethodGet, "/workflow", "流转表"), s.getWorkflow)
	huma.Register(api, op("getRulebook", http.MethodGet, "/rulebook", "规则册"), s.getRulebook)
}

func caller(ctx context.Context) (account.Caller, db.Operation) {
	c, _ := account.CallerFrom(ctx)
	return c, web.OperationOf(ctx, c.Person)
}

func reply[T any](v T, err error) (*out[T], error) {
	if err != nil {
		return nil, err
	}
	return &out[T]{v}, nil
}

// inScope answers 404 for what the caller may not see, before any input is read.
// A repeated operation gets its first answer even where it took the matter out of
// sight; Act itself asks the scope for a first one.
func (s *Service) inScope(ctx context.Context, param func(string) string) error {
	c, op := caller(ctx)
	if op.Key != "" {
		return nil
	}
	return s.DB.Read(ctx, func(ctx context.Context, q db.Q) error {
		if _, found, err := modeOf(ctx, q, c.County, c.Org, param("id")); err != nil || !found {
			return orNotFound(err)
		}
		return nil
	})
}

// Reaches tells whether the caller sees the matter whole, for its attachments.
func (s *Service) Reaches(ctx context.Context, q db.Q, c account.Caller, id string) (mode string, ok bool) {
	mode, found, err := modeOf(ctx, q, c.County, c.Org, id)
	return mode, err == nil && found && mode != ModeHelp
}

func (s *Service) postMatter(ctx context.Context, in *newInput) (*out[View], error) {
	c, op := caller(ctx)
	return reply(s.Register(ctx, c, in.Body.JSON, op))
}

func (s *Service) postSpot(ctx context.Context, in *spotInput) (*out[View], error) {
	c, op := caller(ctx)
	return reply(s.OnTheSpot(ctx, c, in.Body.JSON, op))
}

func (s *Service) postAction(ctx context.Context, in *actInput) (*out[View], error) {
	c, op := caller(ctx)
	return reply(s.Act(ctx, c, in.ID, in.Body.Action, in.Body.Version, in.Body.Input.JSON, op))
}

func (s *Service) postReveal(ctx context.Context, in *revealInput) (*out[Revealed], error) {
	c, _ := caller(ctx)
	return reply(s.Reveal(ctx, c, in.ID, in.Body.Party, in.Body.Reason))
}

func (s *Service) postConfirm(ctx context.Context, in *bulkInput) (*out[BulkResult], error) {
	c, op := caller(ctx)
	if n := len(in.Body.Items); n < 1 || n > 100 {
		return nil, errs.InvalidField("items", "请选择要复核的事项，一次最多 100 件。")
	}
	return reply(s.ConfirmLists(ctx, c, in.Body.Items, in.Body.Agree, in.Body.Except, in.Body.Note, op))
}

func (s *Service) getMatters(ctx context.Context, in *listInput) (*out[Page], error) {
	c, _ := caller(ctx)
	return reply(s.List(ctx, c, Filter{Kind: in.Kind, Status: in.Status, List: in.List, Category: in.Category, Holder: in.Holder,
		Under: in.Under, Q: strings.TrimSpace(in.Q), Sort: in.Sort, Cursor: in.Cursor, From: in.From, To: in.To, Overdue: in.Overdue, Limit: in.Limit,
		Stands: in.Stands, AcceptedFrom: in.AcceptedFrom, AcceptedTo: in.AcceptedTo, AcceptedUnder: in.AcceptedUnder, Todo: in.Todo, Narrow: Narrow(in.NarrowInput)}))
}

func (s *Service) getMatter(ctx context.Context, in *IDInput) (*out[View], error) {
	c, _ := caller(ctx)
	return reply(s.View(ctx, c, in.ID))
}

func (s *Service) getTimeline(ctx context.Context, in *IDInput) (*out[timelineOutput], error) {
	c, _ := caller(ctx)
	items, err := s.Timeline(ctx, c, in.ID)
	return reply(timelineOutput{items}, err)
}

func (s *Service) getSlip(ctx context.Context, in *IDInput) (*out[ToSlip], error) {
	c, _ := caller(ctx)
	return reply(s.Slip(ctx, c, in.ID))
}

func (s *Service) getTodo(ctx context.Context, _ *struct{}) (*out[Todo], error) {
	c, _ := caller(ctx)
	return reply(s.Todo(ctx, c))
}

// getChanges answers 304 while nothing has moved.
func (s *Service) getChanges(ctx context.Context, in *changesInput) (*changesOutput, error) {
	c, _ := caller(ctx)
	v, err := s.Changes(ctx, c, in.Since)
	if err != nil {
		return nil, err
	}
	var mark strings.Builder
	for _, it := range v.Items {
		fmt.Fprintf(&mark, "%s.%d,", it.ID, it.Version)
	}
	tag := `"` + gm.SM3([]byte(mark.String()))[:16] + `"`
	if in.Match == tag {
		return &changesOutput{Status: http.StatusNotModified, ETag: tag}, nil
	}
	return &changesOutput{Status: http.StatusOK, ETag: tag, Body: &v}, nil
}

func (s *Service) getForm(ctx context.Context, _ *struct{}) (*out[FormView], error) {
	c, _ := caller(ctx)
	w, err := s.world(ctx, c.County)
	if err != nil {
		return nil, err
	}
	form := FormView{Fields: w.fields(newFields()), OnTheSpot: w.fields(append(newFields(), spotFields()...))}
	err = s.DB.Read(ctx, func(ctx context.Context, q db.Q) error {
		st := &step{c: c, rb: w.rb, now: s.DB.Now()}
		st.staff, err = account.Serving(ctx, q, c.County, c.Org)
		st.s = &State{}
		st.fillOptions(form.OnTheSpot)
		return err
	})
	return reply(form, err)
}

type workflowInput struct {
	Kind string `query:"kind" default:"dispute" enum:"dispute,petition"`
}

func (s *Service) getWorkflow(ctx context.Context, in *workflowInput) (*out[WorkflowView], error) {
	c, _ := caller(ctx)
	w, err := s.world(ctx, c.County)
	if err != nil {
		return nil, err
	}
	return &out[WorkflowView]{Workflow(w.rb, in.Kind)}, nil
}

func (s *Service) getRulebook(ctx context.Context, _ *struct{}) (*out[any], error) {
	c, _ := caller(ctx)
	w, err := s.world(ctx, c.County)
	if err != nil {
		return nil, err
	}
	return &out[any]{w.rb.Public()}, nil
}

// newFields describe the registration form.
func newFields() []Field {
	return []Field{
		{Name: "parties", Label: "谁和谁", Type: "newParties", Required: true},
		{Name: "title", Label: "什么事", Type: "text", Required: true},
		{Name: "place", Label: "在哪里", Type: "text", Required: true},
		{Name: "category", Label: "类别", Type: "choice", Set: "category", Required: true},
		{Name: "description", Label: "经过", Type: "longText"},
		{Name: "demands", Label: "诉求", Type: "newDemands", Help: "不填就用“什么事”作为一项诉求"},
		{Name: "source", Label: "来源", Type: "choice", Set: "source", Default: "application"},
		{Name: "concerns", Label: "需要留意", Type: "choice", Set: "concern", Multiple: true},
		{Name: "headcount", Label: "涉及人数", Type: "integer"},
		{Name: "amountFen", Label: "金额", Type: "money"},
		{Name: "foundAt", Label: "发现时间", Type: "instant"},
		{Name: "project", Label: "重点项目", Type: "text"},
	}
}

func spotFields() []Field {
	return []Field{
		{Name: "badge", Label: "已佩戴徽章", Type: "bool", Required: true},
		{Name: "result", Label: "结果", Type: "choice", Set: "outcome", Required: true},
		{Name: "mediator", Label: "调解员", Type: "persons"},
	}
}

// actionSchema documents the input of every row of the table.
func actionSchema(r huma.Registry) *huma.Schema {
	s := &huma.Schema{Description: "按 action 不同：流转表里那一行要的字段"}
	for _, row := range Table {
		if row.system {
			continue
		}
		one := &huma.Schema{Type: huma.TypeObject, Title: row.Action + " " + row.Name, AdditionalProperties: false, Properties: map[string]*huma.Schema{}}
		for _, f := range row.Fields {
			one.Properties[f.Name] = f.schema(r)
			if f.Required && f.When == nil {
				one.Required = append(one.Required, f.Name)
			}
		}
		s.OneOf = append(s.OneOf, one)
	}
	return s
}

func (f Field) schema(r huma.Registry) *huma.Schema {
	s := &huma.Schema{Description: f.Label}
	switch f.Type {
	case "bool", "tick":
		s.Type = huma.TypeBoolean
	case "integer", "money":
		s.Type, s.Format = huma.TypeInteger, "int64"
	case "instant":
		s.Type, s.Format = huma.TypeString, "date-time"
	case "date":
		s.Type, s.Format = huma.TypeString, "date"
	case "matterFields":
		return r.Schema(reflect.TypeFor[NewMatter](), true, "NewMatter")
	case "paper":
		return r.Schema(reflect.TypeFor[paperRef](), true, "Paper")
	default:
		s.Type = huma.TypeString
		if f.multiple() {
			s.Type, s.Items = huma.TypeArray, &huma.Schema{Type: huma.TypeString}
		}
	}
	return s
}
