// Package testkit gives every test a real, migrated database of its own, on the
// engine that the environment names:
//
//	TIAOJIETAI_TEST_ENGINE  sqlite (default), postgres, or sqlite,postgres
//	TIAOJIETAI_TEST_PG      DSN of a PostgreSQL where databases may be made and
//	                        dropped; scripts/pg.sh run … starts one and sets it
//	TIAOJIETAI_SOAK         how many checks a property test makes in make soak
//
// There is no fake database: a test that passes on one is worth nothing.
// A package whose tests import testkit is run twice by make test, once on each
// engine; the others once.
package testkit
