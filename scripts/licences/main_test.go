package main

import (
	"strings"
	"testing"
)

func TestPermitted(t *testing.T) {
	for expr, want := range map[string]bool{
		"MIT": true, "(MIT OR GPL-3.0)": true, "Apache-2.0 AND MIT": true,
		"AGPL-3.0": false, "GPL": false, "SSPL-1.0": false, "MIT AND GPL-2.0": false, "": false, "UNLICENSED": false,
	} {
		if got := permitted(expr); got != want {
			t.Errorf("permitted(%q) = %v", expr, got)
		}
	}
}

func TestRecognise(t *testing.T) {
	for text, want := range map[string]string{
		"GNU AFFERO GENERAL PUBLIC LICENSE\n Version 3":                                                 "AGPL-3.0",
		"GNU GENERAL PUBLIC LICENSE\nVersion 3, 29 June 2007":                                           "GPL",
		"GNU LESSER GENERAL PUBLIC LICENSE\n Version 3":                                                 "LGPL",
		"Apache License\n   Version 2.0, January 2004 … GNU General Public License version 2":           "Apache-2.0",
		"Copyright 2026\nPermission is hereby granted, free of charge,\nto any person obtaining a copy": "MIT",
		"Mozilla Public License Version 2.0 … means either the GNU General Public License, Version 2.0": "MPL-2.0",
		"Server Side Public License\nVERSION 1":                                                         "SSPL-1.0",
		"Redistributions in binary form must reproduce the above … Neither the name of Google Inc.":     "BSD-3-Clause",
		"Permission is hereby granted, free of charge, to any person obtaining a copy … Everyone is permitted to copy and distribute verbatim copies of this license document": "GPL",
		"All rights reserved. You may look but not touch.":                                                     "",
		strings.Repeat("preface ", 60) + "under the terms of the GNU General Public License as published by":   "GPL",
		"Permission to use, copy, modify, and distribute this software for any purpose with or without fee is": "ISC",
	} {
		if got := recognise(text); got != want {
			t.Errorf("recognise(%.40q) = %q, want %q", text, got, want)
		}
	}
}

func TestReportNamesWhatIsRefused(t *testing.T) {
	err := report([]component{{"good", "v1", "MIT"}, {"bad", "v2", "AGPL-3.0"}, {"blank", "v3", ""}})
	if err == nil || !strings.Contains(err.Error(), "bad v2: AGPL-3.0") || !strings.Contains(err.Error(), "blank v3: unknown licence") {
		t.Errorf("got %v", err)
	}
}
