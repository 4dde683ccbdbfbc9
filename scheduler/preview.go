package scheduler

import (
	"context"
	"errors"

	"huibao/internal/fault"
	"huibao/internal/outbox"
	"huibao/templates"
)

// Preview is the card a draft would post now. With an open_id it is also sent
// to that person alone, by the way every digest goes. The error is a fault.
func (s *Scheduler) Preview(ctx context.Context, tenantKey string, draft Draft, sendTo string) (templates.Card, error) {
	schedule, err := s.read(tenantKey, draft)
	if err != nil {
		return templates.Card{}, err
	}
	now := s.Now()
	report, err := s.report(ctx, schedule, now)
	if err != nil {
		return templates.Card{}, err
	}
	ladder := s.ladder(schedule, report, now)
	if sendTo == "" {
		return ladder.Card, nil
	}
	result, err := s.Poster.Post(ctx, outbox.Message{
		ID: "preview:" + newID(), TenantKey: tenantKey, ChatID: sendTo, Class: outbox.Answer, DueAt: now, Rungs: ladder.Contents(),
	})
	if later := (*outbox.Later)(nil); errors.As(err, &later) {
		slow := fault.Wrap(err, fault.Temporary, "fault.source.slow", nil)
		slow.Wait = later.After
		return templates.Card{}, slow
	}
	if err == nil && result.State != outbox.Sent {
		err = notSent(result)
	}
	return ladder.Card, err
}

// notSent is why a person did not get a preview. A refusal that is not about the
// whole tenant is about them.
func notSent(result outbox.Result) error {
	f := fault.New(fault.Temporary, "fault.preview.not_sent", fault.Args{"reason": result.Reason})
	switch {
	case result.Outcome == outbox.OutcomeTenant:
		f.Kind = fault.Permission
	case result.State == outbox.Refused:
		f.Kind, f.Fields = fault.Invalid, []fault.Field{{Name: "send_to", Key: f.Key, Args: f.Args}}
	}
	return f
}
