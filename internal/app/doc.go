// Package app joins the parts: it opens the database, builds every package
// from the configuration, starts them in order and stops them in reverse. It
// is the one place that knows them all, and holds no rules of its own beyond
// wiring and the background work of a running service.
package app
