package attachment

import (
	"context"
	"io"

	"tiaojietai/internal/account"
)

// Whole writes the rest of an upload without finishing it, as a server leaves it
// that is stopped between the two.
func (s *Service) Whole(ctx context.Context, c account.Caller, id string, rest io.Reader) error {
	u, err := s.ownUpload(ctx, c, id)
	if err != nil {
		return err
	}
	now, err := s.offset(u)
	if err != nil {
		return err
	}
	_, err = s.write(u, now, rest)
	return err
}
