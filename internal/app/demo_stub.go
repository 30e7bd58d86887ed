package app

import "context"

// FillDemo is a stub until demo.go is there: an empty county.
func FillDemo(context.Context, *App, Progress) error { return nil }
