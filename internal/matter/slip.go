package matter

import (
	"context"
	"slices"
	"strings"
	"time"

	"tiaojietai/internal/account"
	"tiaojietai/internal/errs"
	"tiaojietai/internal/workday"
)

// ToSlip is the printable data of an oral agreement: form and slip.
type ToSlip struct {
	Matter    View      `json:"matter"`
	Mediator  string    `json:"mediator"`
	Org       Ref       `json:"org"`
	Sealed    Ref       `json:"sealed"`
	PrintedAt time.Time `json:"printedAt"`
}

// Slip gives what the oral-agreement form and the slip print.
func (s *Service) Slip(ctx context.Context, c account.Caller, id string) (ToSlip, error) {
	v, err := s.View(ctx, c, id)
	if err != nil {
		return ToSlip{}, err
	}
	if v.Mode == ModeHelp {
		return ToSlip{}, errs.New(errs.Forbidden, "helper", "协助单位不能打印这件事的登记表。")
	}
	w, err := s.world(ctx, c.County)
	if err != nil {
		return ToSlip{}, err
	}
	var names []string
	for _, a := range v.Attempts {
		if !slices.Contains(names, a.By.Name) {
			names = append(names, a.By.Name)
		}
	}
	return ToSlip{v, strings.Join(names, "、"), v.Holder, w.body(w.tree.Sealed(v.Holder.Code).Code), s.DB.Now().In(workday.Zone)}, nil
}
