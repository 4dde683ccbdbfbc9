package scheduler

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/sirupsen/logrus"

	"huibao/internal/export"
	"huibao/internal/failpoint"
	"huibao/internal/fault"
	"huibao/internal/outbox"
	"huibao/reports"
	"huibao/templates"
)

const (
	// giveUpAfter is how long after it was due a digest is still made.
	giveUpAfter = 12 * time.Hour
	// tryAgain is the pause after a failure that may pass.
	tryAgain = time.Minute
	// probeEvery is how often one digest of a paused tenant is tried.
	probeEvery = time.Minute
)

// Deliver posts a delivery's digest. It may be called again after a crash or a
// *outbox.Later and goes on where it stopped. Any other error is one of the
// store.
func (s *Scheduler) Deliver(ctx context.Context, job DeliveryJob) error {
	delivery, ok, err := s.Store.FindDelivery(ctx, job.TenantKey, job.DeliveryID)
	if err != nil {
		return fmt.Errorf("find delivery %s: %w", job.DeliveryID, err)
	}
	if !ok || delivery.Status != Pending {
		return nil
	}
	wait, pause, err := s.Store.TakeProbe(ctx, delivery.TenantKey, s.Now(), probeEvery)
	if err != nil {
		return err
	}
	if wait > 0 {
		return s.wait(ctx, delivery, &outbox.Later{After: wait, Err: errors.New("the tenant's digests are paused")}, pause.Reason)
	}
	progress, result, err := s.Poster.Resume(ctx, delivery.TenantKey, delivery.OutboxID())
	switch {
	case err != nil:
		return s.later(ctx, delivery, err)
	case progress == outbox.Ended:
		return s.end(ctx, delivery, result)
	}
	return s.begin(ctx, delivery)
}

// OutboxID is the stable name of a delivery's message in the outbox. A retry by
// hand is a message of its own.
func (d Delivery) OutboxID() string {
	id := "delivery:" + d.ID
	if d.Round > 0 {
		id += ":" + strconv.Itoa(d.Round)
	}
	return id
}

// begin makes the digest and posts it.
func (s *Scheduler) begin(ctx context.Context, delivery Delivery) error {
	schedule, ok, err := s.Store.FindSchedule(ctx, delivery.TenantKey, delivery.ScheduleID)
	if err != nil {
		return fmt.Errorf("find schedule %s: %w", delivery.ScheduleID, err)
	}
	switch {
	case !ok:
		return s.finish(ctx, delivery, Skipped, "the schedule was deleted")
	case !schedule.Enabled && !delivery.Manual && delivery.Round == 0: // nobody asked for it by hand
		return s.finish(ctx, delivery, Skipped, cmp.Or(schedule.DisabledReason, "the schedule was switched off"))
	}
	reason, gone, err := s.Gate.MayPost(ctx, delivery.TenantKey, delivery.ChatID)
	switch {
	case err != nil:
		return s.failed(ctx, delivery, err)
	case gone:
		return errors.Join(s.finish(ctx, delivery, Skipped, reason), s.ChatGone(ctx, delivery.TenantKey, delivery.ChatID, reason))
	case reason != "":
		return s.finish(ctx, delivery, Skipped, reason)
	}
	report, err := s.report(ctx, schedule, delivery.ScheduledFor)
	switch {
	case err != nil:
		return s.failed(ctx, delivery, err)
	case schedule.SkipIfEmpty && report.Totals == nil:
		return s.finish(ctx, delivery, Skipped, "no figures are known of the days to report")
	case schedule.SkipIfEmpty && report.Totals.MeetingCount == 0 && len(report.Missing) == 0:
		return s.finish(ctx, delivery, Skipped, "there was no meeting to report")
	}
	return s.post(ctx, schedule, delivery, report)
}

// report makes the figures of a schedule's run.
func (s *Scheduler) report(ctx context.Context, schedule Schedule, scheduledFor time.Time) (*reports.Report, error) {
	week := s.Settings.Of(schedule.TenantKey).FirstWeekday()
	period, err := reports.ParsePeriod(schedule.Period, schedule.today(scheduledFor), week)
	if err != nil {
		return nil, err
	}
	return s.Reports.Report(ctx, reports.Query{
		TenantKey: schedule.TenantKey, Unit: schedule.Unit, Period: period, Compare: schedule.Compare, Zone: schedule.zone(),
	})
}

// ladder puts a schedule's figures of a run into words. Its buttons carry what is
// shown, counted from the day of the run.
func (s *Scheduler) ladder(schedule Schedule, report *reports.Report, at time.Time) templates.Ladder {
	view := templates.View{
		Period: report.Period.Text, Today: schedule.today(at).String(), Compare: string(report.Compare), Unit: string(report.Unit),
		Digest: true, Posted: s.Now().Unix(),
	}
	return templates.Report(report, templates.ReportOptions{
		Locale: schedule.Locale, WeekStart: s.Settings.Of(schedule.TenantKey).FirstWeekday(),
		Title: schedule.Title, Note: schedule.Note, Digest: true, View: &view,
	})
}

// post keeps what the digest says and posts it.
func (s *Scheduler) post(ctx context.Context, schedule Schedule, delivery Delivery, report *reports.Report) error {
	ladder := s.ladder(schedule, report, delivery.ScheduledFor)
	var figures bytes.Buffer
	if err := export.JSON(&figures, report); err != nil {
		return err
	}
	digest := Digest{Card: ladder.Card.JSON(), Figures: figures.String()}
	if err := s.Store.KeepDigest(ctx, delivery.TenantKey, delivery.ID, digest); err != nil {
		return fmt.Errorf("keep the digest of delivery %s: %w", delivery.ID, err)
	}
	result, err := s.Poster.Post(ctx, outbox.Message{
		ID: delivery.OutboxID(), TenantKey: delivery.TenantKey, ChatID: delivery.ChatID, Class: outbox.Digest,
		DueAt: delivery.DueAt, Rungs: ladder.Contents(),
	})
	if err != nil {
		return s.later(ctx, delivery, err)
	}
	return s.end(ctx, delivery, result)
}

// failed decides about a digest that could not be made. What may pass is tried
// again, and what stands in the way of all the tenant's digests pauses them.
func (s *Scheduler) failed(ctx context.Context, delivery Delivery, err error) error {
	f := fault.As(err)
	sentence := templates.FaultText(templates.English, f)
	switch f.Kind {
	case fault.Permission:
		if err := s.pause(ctx, delivery.TenantKey, sentence); err != nil {
			return err
		}
		return s.wait(ctx, delivery, &outbox.Later{After: probeEvery, Err: err}, sentence)
	case fault.Temporary:
		return s.wait(ctx, delivery, &outbox.Later{After: max(f.Wait, tryAgain), Err: err}, sentence)
	}
	s.logger(delivery).WithError(err).Error("the digest could not be made")
	return s.finish(ctx, delivery, Failed, sentence)
}

// later passes on that posting is to go on later. A failure that stands in the
// way of all the tenant's digests pauses them.
func (s *Scheduler) later(ctx context.Context, delivery Delivery, err error) error {
	var later *outbox.Later
	if !errors.As(err, &later) {
		return err
	}
	var failure *outbox.Failure
	if !errors.As(err, &failure) {
		return err // only the send limits stand in the way
	}
	sentence := templates.FaultText(templates.English, fault.As(failure.Err))
	if failure.Outcome == outbox.OutcomeTenant {
		if err := s.pause(ctx, delivery.TenantKey, sentence); err != nil {
			return err
		}
	}
	return s.wait(ctx, delivery, later, sentence)
}

// wait notes why a delivery is still pending, or ends it when its time is over.
func (s *Scheduler) wait(ctx context.Context, delivery Delivery, later *outbox.Later, reason string) error {
	if s.Now().Sub(delivery.DueAt) >= giveUpAfter {
		return s.giveUp(ctx, delivery, reason)
	}
	if reason != "" && reason != delivery.Reason {
		delivery.Reason = reason
		s.logger(delivery).WithError(later.Err).Warn("the digest has to wait")
		if err := s.Store.SaveDelivery(ctx, delivery, nil); err != nil {
			return err
		}
	}
	return later
}

// giveUp ends a delivery whose time is over. One that was attempted is left to
// the outbox, which knows whether it may have arrived.
func (s *Scheduler) giveUp(ctx context.Context, delivery Delivery, reason string) error {
	progress, result, err := s.Poster.Resume(ctx, delivery.TenantKey, delivery.OutboxID())
	if err != nil {
		return err
	}
	if progress == outbox.Ended {
		return s.end(ctx, delivery, result)
	}
	return s.finish(ctx, delivery, Failed, "not possible within 12 hours: "+reason)
}

// end writes down how posting ended.
func (s *Scheduler) end(ctx context.Context, delivery Delivery, result outbox.Result) error {
	failpoint.Hit("delivery_posted")
	delivery.Attempts, delivery.MessageID = result.Attempts, result.MessageID
	switch result.State {
	case outbox.Sent:
		if err := s.Store.EndPause(ctx, delivery.TenantKey); err != nil {
			return err
		}
		return s.finish(ctx, delivery, Sent, "")
	case outbox.Lost:
		return s.finish(ctx, delivery, Unknown, result.Reason)
	case outbox.Refused:
		delivery.Refused = true
		if err := s.finish(ctx, delivery, Failed, result.Reason); err != nil {
			return err
		}
		return s.refused(ctx, delivery, result)
	}
	return s.finish(ctx, delivery, Failed, result.Reason)
}

// finish ends a delivery with its reason, and has the admins told when a
// streak of failures begins.
func (s *Scheduler) finish(ctx context.Context, delivery Delivery, status Status, reason string) error {
	delivery.Status, delivery.Reason, delivery.FinishedAt = status, reason, s.Now()
	notices, err := s.failureNotices(ctx, delivery)
	if err != nil {
		return err
	}
	if err := s.Store.SaveDelivery(ctx, delivery, notices); err != nil {
		return err
	}
	s.ended.WithLabelValues(string(status)).Inc()
	entry := s.logger(delivery).WithField("status", string(status)).WithField("message_id", delivery.MessageID)
	if status == Sent {
		entry.Info("digest posted")
		return nil
	}
	entry.WithField("reason", reason).Warn("digest not posted")
	return nil
}

// logger names the delivery in every line about it.
func (s *Scheduler) logger(delivery Delivery) *logrus.Entry {
	return s.Log.WithFields(logrus.Fields{
		"delivery_id": delivery.ID, "schedule_id": delivery.ScheduleID, "chat_id": delivery.ChatID,
		"tenant_key": delivery.TenantKey, "ref": fault.Ref(delivery.ID),
	})
}
