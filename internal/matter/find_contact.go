package matter

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"tiaojietai/internal/account"
	"tiaojietai/internal/audit"
	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
	"tiaojietai/internal/web"
)

// SameContact are matters in which a party has the same telephone or identity
// number.
type SameContact struct {
	Items []RowView `json:"items"`
}

// contactsShown bounds them: more would be a list of a person's matters.
const contactsShown = 20

// SameContact finds the other matters, in sight, of who has a party's telephone
// ("phone") or identity number ("idNumber"), by its blind index: for whoever holds
// this one and while it is open, to see whether it is the same quarrel. It is
// logged whether anything is found or not, and counts nothing.
func (s *Service) SameContact(ctx context.Context, c account.Caller, id, party, by string) (out SameContact, err error) {
	w, err := s.world(ctx, c.County)
	if err != nil {
		return out, err
	}
	row := audit.Row{Verb: "sameContact", Subject: "matter", SubjectID: id}
	err = s.write(ctx, c, &row, func(ctx context.Context, tx *db.Tx) error {
		mode, found, err := modeOf(ctx, tx, c.County, c.Org, id)
		if err != nil || !found || mode == ModeHelp {
			return orNotFound(err)
		}
		if contactColumns[by] == "" {
			return errs.InvalidField("by", "请选择按电话还是按身份证号查找。")
		}
		row.Fields = []string{by}
		st, err := load(ctx, tx, c.County, id)
		if err != nil {
			return err
		}
		if !st.open() || mode != ModeHold || len(c.Roles) == 0 {
			return forbidden("notHolder", "只有正在办理这件事的单位，才能查找同一电话、同一身份证号的事项。")
		}
		blind, err := st.blind(party, by)
		if err != nil {
			return err
		}
		rows, err := sameContact(ctx, tx, c, id, by, blind, contactsShown)
		if err != nil {
			return err
		}
		out.Items, err = s.rows(ctx, tx, w, c.Org, rows, tx.Now)
		return err
	})
	return out, err
}

func (s *State) blind(party, by string) (string, error) {
	p := s.party(party)
	if p == nil {
		return "", errs.InvalidField("party", "这件事里没有这位当事人。")
	}
	blind, what := p.PhoneBlind, "电话"
	if by == "idNumber" {
		blind, what = p.IDBlind, "身份证号"
	}
	if blind == "" {
		return "", errs.InvalidField("party", "这位当事人没有登记"+what+"，无从查找。")
	}
	return blind, nil
}

type contactInput struct {
	IDInput
	Body struct {
		Party string `json:"party"`
		By    string `json:"by" doc:"phone, idNumber"`
	}
}

// findRoutes mounts what is found from a matter.
func (s *Service) findRoutes(api huma.API) {
	op := func(id, method, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"事项"}, SkipValidateBody: method == http.MethodPost}
	}
	contact := op("sameContact", http.MethodPost, "/matters/{id}/sameContact", "同一电话或身份证号的事项")
	contact.Middlewares = huma.Middlewares{web.Before(api, s.inScope)}
	huma.Register(api, contact, func(ctx context.Context, in *contactInput) (*out[SameContact], error) {
		c, _ := caller(ctx)
		return reply(s.SameContact(ctx, c, in.ID, in.Body.Party, in.Body.By))
	})
	huma.Register(api, op("similarMatters", http.MethodGet, "/matters/{id}/similar", "相似的事项"), func(ctx context.Context, in *IDInput) (*out[Similar], error) {
		c, _ := caller(ctx)
		return reply(s.Similar(ctx, c, in.ID))
	})
}
