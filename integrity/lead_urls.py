"""Addresses of leads and of the identity vault."""

from django.urls import path

from integrity.views import exclusions, leads, vault

urlpatterns: list = [
    path("leads/", leads.lead_list, name="lead-list"),
    path("leads/enter/", leads.lead_enter, name="lead-enter"),
    path("leads/<str:reference>/", leads.lead_detail, name="lead-detail"),
    path("leads/<str:reference>/receipt/", leads.lead_receipt, name="lead-receipt"),
    path("leads/<str:reference>/who/", leads.lead_who, name="lead-who"),
    path("leads/<str:reference>/summarise/", leads.lead_summarise, name="lead-summarise"),
    path("leads/<str:reference>/ask-more/", leads.lead_ask_more, name="lead-ask-more"),
    path("leads/<str:reference>/add-files/", leads.lead_add_files, name="lead-add-files"),
    path("leads/<str:reference>/message/", leads.lead_message, name="lead-message"),
    path("leads/<str:reference>/accept/", leads.lead_accept, name="lead-accept"),
    path("leads/<str:reference>/assign/", leads.lead_assign, name="lead-assign"),
    path("leads/<str:reference>/propose-refusal/", leads.lead_propose_refusal, name="lead-propose-refusal"),
    path("leads/<str:reference>/refuse/", leads.lead_refuse, name="lead-refuse"),
    path("leads/<str:reference>/send-back/", leads.lead_send_back, name="lead-send-back"),
    path("leads/<str:reference>/transfer/", leads.lead_transfer, name="lead-transfer"),
    path("leads/<str:reference>/mark-duplicate/", leads.lead_mark_duplicate, name="lead-mark-duplicate"),
    path("leads/<str:reference>/undo-duplicate/", leads.lead_undo_duplicate, name="lead-undo-duplicate"),
    path("leads/<str:reference>/exclude/", exclusions.lead_exclude, name="lead-exclude"),
    path("leads/<str:reference>/unlock-request/", vault.lead_unlock_request, name="lead-unlock-request"),
    path("vault/", vault.vault_list, name="vault-list"),
    path("vault/key/", vault.custodian_key, name="custodian-key"),
    path("vault/key/retire/", vault.custodian_key_retire, name="custodian-key-retire"),
    path("vault/<int:pk>/approve/", vault.vault_approve, name="vault-approve"),
    path("vault/<int:pk>/refuse/", vault.vault_refuse, name="vault-refuse"),
    path("vault/<int:pk>/view/", vault.vault_view, name="vault-view"),
    path("vault/<int:pk>/close/", vault.vault_close, name="vault-close"),
]
