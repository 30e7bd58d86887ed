package matter

import (
	"context"
	"encoding/json"

	"tiaojietai/internal/account"
	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
)

// There is a bulk receipt and a bulk confirmation of lists. There is no bulk
// clearance and will be none: each is closed by somebody who has looked at it.

type signInput struct {
	Body struct {
		Items []BulkItem `json:"items" minItems:"1" maxItems:"100"`
	}
}

func (s *Service) postSign(ctx context.Context, in *signInput) (*out[BulkResult], error) {
	c, op := caller(ctx)
	if n := len(in.Body.Items); n < 1 || n > 100 {
		return nil, errs.InvalidField("items", "请选择要签收的事项，一次最多 100 件。")
	}
	return reply(s.SignMany(ctx, c, in.Body.Items, op))
}

// SignMany signs for many matters at once, each by itself under the version seen
// and through the guards of a single one; what is refused is named and stays.
func (s *Service) SignMany(ctx context.Context, c account.Caller, items []BulkItem, op db.Operation) (out BulkResult, err error) {
	out = BulkResult{Done: []string{}, Refused: []BulkRefusal{}}
	for i, it := range items {
		one := op
		if one.Key != "" {
			one.Key += "#" + itoa(i)
		}
		_, err := s.Act(ctx, c, it.ID, "sign", it.Version, json.RawMessage(`{}`), one)
		if err == nil {
			out.Done = append(out.Done, it.ID)
			continue
		}
		e := errs.As(err)
		if e.Kind == errs.Internal || e.Kind == errs.Unavailable {
			return out, err
		}
		out.Refused = append(out.Refused, BulkRefusal{it.ID, e.Code, e.Msg})
	}
	return out, nil
}
