package web

import (
	"context"

	"github.com/danielgtaylor/huma/v2"
)

// Before is a middleware for one operation that runs before its input is checked:
// scope comes before validation on a path with an id, so that what may not be
// seen answers 404 whatever was sent. param gives the path's parts by name.
func Before(api huma.API, check func(ctx context.Context, param func(name string) string) error) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		if err := check(ctx.Context(), ctx.Param); err != nil {
			p := FromError(err)
			_ = huma.WriteErr(api, ctx, p.Status, p.Detail, err)
			return
		}
		next(ctx)
	}
}
