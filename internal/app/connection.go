package app

import (
	"context"
	"time"

	"huibao/internal/feishu"
	"huibao/internal/intake"
)

// buildIntake makes what takes events in, whichever way they come, and the long
// connection if they come by that.
func (a *App) buildIntake() (err error) {
	a.sightings = newSightings(a.db)
	a.intake, err = intake.New(intake.Options{
		HeedsFunc: a.heeds, Inbox: a.inbox, Presses: a.bot, Registry: a.registry, Log: a.log,
	})
	if err != nil || !a.cfg.LongConnection() {
		return err
	}
	a.connection, err = feishu.NewConnection(feishu.ConnectionOptions{
		BaseURL: a.cfg.FeishuBaseURL, AppID: a.cfg.FeishuAppID, AppSecret: a.cfg.FeishuAppSecret.Reveal(),
		VerificationToken: a.cfg.FeishuVerificationToken.Reveal(), Intake: a.intake, Registry: a.registry, Log: a.log, Now: time.Now,
	})
	return err
}

// startConnection opens the long connection, if there is one. It waits for nothing:
// whether it is open is told by /readyz.
func (a *App) startConnection(ctx context.Context) {
	if a.connection == nil {
		return
	}
	a.connection.Start(ctx)
	a.undo("long connection", a.connection.Stop)
}

// webhookToken is the token that requests to the webhook are compared with. Where
// events come by the long connection and there is no key, nobody can prove one:
// without a token all are refused.
func (a *App) webhookToken() string {
	if a.cfg.LongConnection() && a.cfg.FeishuEncryptKey.Reveal() == "" {
		return ""
	}
	return a.cfg.FeishuVerificationToken.Reveal()
}
