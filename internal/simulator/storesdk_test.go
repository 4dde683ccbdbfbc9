package simulator

import (
	"context"
	"slices"
	"testing"

	lark "github.com/larksuite/oapi-sdk-go/v3"
	larkcore "github.com/larksuite/oapi-sdk-go/v3/core"
	"github.com/larksuite/oapi-sdk-go/v3/event/dispatcher"
	larkapplication "github.com/larksuite/oapi-sdk-go/v3/service/application/v6"
	larkim "github.com/larksuite/oapi-sdk-go/v3/service/im/v1"
)

// The official client as a store app: it asks for a ticket when it is made, its
// dispatcher keeps the ticket that comes, and each call is of a tenant.
func TestOfficialGoClientOfAStoreApp(t *testing.T) {
	w := newWorld(t, Options{AppType: StoreApp, AppID: sdkApp(), TenantKey: "a"})
	b := w.AddTenant("b", "Blue Ltd")
	var h heard
	w.dispatch(dispatcher.NewEventDispatcher(w.Options().VerificationToken, w.Options().EncryptKey).
		OnP1AppOpenV6(func(_ context.Context, e *larkapplication.P1AppOpenV6) error {
			return h.add("open %s of %s by %s", e.Event.TenantKey, e.Event.AppID, e.Event.Installer.OpenID)
		}).
		OnP1AppStatusChangedV6(func(_ context.Context, e *larkapplication.P1AppStatusChangedV6) error {
			by := ""
			if e.Event.Operator != nil {
				by = e.Event.Operator.UnionId
			}
			return h.add("status %s %s %s", e.Event.TenantKey, e.Event.Status, by)
		}).
		OnP1AppUninstalledV6(func(_ context.Context, e *larkapplication.P1AppUninstalledV6) error {
			return h.add("uninstalled %s", e.Event.TenantKey)
		}))
	delivered := func() {
		t.Helper()
		if err := w.WaitDelivered(w.soon()); err != nil {
			t.Fatal(err)
		}
	}
	client := lark.NewClient(w.Options().AppID, w.Options().AppSecret, lark.WithMarketplaceApp(),
		lark.WithOpenBaseUrl(w.url), lark.WithHttpClient(w.client), lark.WithLogger(quiet{}))
	delivered()
	for _, do := range []func(){b.InstallApp, func() { b.StopApp(true) }, b.StartApp} {
		do()
		delivered()
	}
	send := func(tenant *Tenant, chatID string) (*larkim.CreateMessageResp, error) {
		return client.Im.Message.Create(t.Context(), larkim.NewCreateMessageReqBuilder().ReceiveIdType("chat_id").
			Body(larkim.NewCreateMessageReqBodyBuilder().ReceiveId(chatID).MsgType("text").Content(`{"text":"hello"}`).Build()).Build(),
			larkcore.WithTenantKey(tenant.Key()))
	}
	a, _ := w.Tenant("a")
	for _, tenant := range []*Tenant{a, b} {
		sent, err := send(tenant, tenant.ID(GroupID))
		succeeded(t, "message of "+tenant.Key(), err, sent.Code, sent.Msg)
		if *sent.Data.Sender.TenantKey != tenant.Key() {
			t.Errorf("sent %s", larkcore.Prettify(sent.Data))
		}
	}
	if sent, err := send(a, b.ID(GroupID)); err != nil || sent.Code != 230034 {
		t.Errorf("a message of a to b's group: %v, code %d, want 230034", err, sent.Code)
	}
	b.UninstallApp()
	delivered()
	want := []string{
		"open b of " + w.Options().AppID + " by ou_admin_b", "status b stop_by_platform ", "status b start_by_tenant on_ou_admin_b", "uninstalled b",
	}
	if !slices.Equal(h.all, want) {
		t.Errorf("heard %q\nwant %q", h.all, want)
	}
}
