"""How this daemon reaches the org and where it keeps its things: environment variables and the `.env` file."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, StringConstraints
from pydantic_settings import BaseSettings, SettingsConfigDict

from sfrouter.config.settings_values import dotted_version, in_capitals, proxy_address, web_address

PREFIX = "SFROUTER_"

WebAddress = Annotated[str, AfterValidator(web_address)]
Place = Annotated[Path, AfterValidator(Path.expanduser)]
Text = Annotated[str, StringConstraints(strip_whitespace=True)]


class SignIn(StrEnum):
    """The ways into the org; exactly one is used."""

    CLIENT_CREDENTIALS = "client credentials"
    JWT_BEARER = "JWT bearer"
    ACCESS_TOKEN = "ready access token"  # noqa: S105
    NONE = "none"


class Settings(BaseSettings):
    """Every setting, each `SFROUTER_` and its name in capitals. Secrets print as stars."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, extra="ignore", frozen=True)

    salesforce_login_url: WebAddress = Field(
        default="https://login.salesforce.com", description="where the org signs people in"
    )
    salesforce_instance_url: WebAddress = Field(default="", description="the org's own address, for a ready token")
    salesforce_client_id: Text = Field(default="", description="the consumer key of the app")
    salesforce_client_secret: SecretStr = Field(
        default=SecretStr(""), description="the consumer secret of the app"
    )
    salesforce_username: Text = Field(default="", description="the integration user, for JWT bearer")
    salesforce_jwt_key_file: Place | None = Field(default=None, description="the private key, for JWT bearer")
    salesforce_access_token: SecretStr = Field(default=SecretStr(""), description="a ready session, for trials")
    salesforce_api_version: Annotated[str, BeforeValidator(dotted_version)] = Field(
        default="65.0", description="the Salesforce API version"
    )
    salesforce_ca_file: Place | None = Field(
        default=None, description="authorities to trust instead of the usual ones, in PEM form"
    )
    salesforce_proxy: Annotated[SecretStr, AfterValidator(proxy_address)] = Field(
        default=SecretStr(""), description="the proxy on the way to the org"
    )
    data_dir: Place = Field(default=Path("var"), description="where the databases and the lock live")
    mappings_dir: Place = Field(default=Path("mappings"), description="where the admin's files live")
    poll_seconds: int = Field(default=30, ge=1, le=3600, description="seconds between two looks for new leads")
    cycle_seconds: int = Field(
        default=300, ge=10, le=3600, description="seconds after which a round is left to the next one"
    )
    mirror_seconds: int = Field(default=300, ge=30, le=86_400, description="seconds between two full refreshes")
    sweep_seconds: int = Field(default=3600, ge=60, le=86_400, description="seconds between two sweeps")
    files_seconds: int = Field(
        default=30, ge=1, le=3600, description="seconds between two looks whether the admin's files changed"
    )
    keep_traces_days: int = Field(
        default=1095, ge=0, description="days the reason and evidence of decisions are kept; 0: for ever"
    )
    keep_writes_days: int = Field(
        default=365, ge=0, description="days the contents of finished writes are kept; 0: for ever"
    )
    keep_reviews_days: int = Field(default=730, ge=0, description="days answered reviews are kept; 0: for ever")
    keep_replies_days: int = Field(default=365, ge=0, description="days first replies are kept; 0: for ever")
    metrics_port: int = Field(
        default=0, ge=0, le=65_535, description="port of this machine for metrics and health checks; 0: none"
    )
    api_share_percent: int = Field(
        default=50, ge=1, le=100, description="percent of the org's API calls of a day that are ours"
    )
    bulk_from_rows: int = Field(
        default=50_000,
        ge=0,
        description="records from which a first load, a large gap or a sweep is a bulk job; 0: never",
    )
    log_format: Literal["console", "json"] = Field(default="console", description="how the log is written")
    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(in_capitals)] = Field(
        default="INFO", description="what is logged"
    )

    @property
    def sign_in(self) -> SignIn:
        """The way into the org that these settings describe; NONE when none is complete."""
        if self.salesforce_access_token.get_secret_value():
            return SignIn.ACCESS_TOKEN
        if self.salesforce_jwt_key_file is not None:
            return SignIn.JWT_BEARER
        if self.salesforce_client_id and self.salesforce_client_secret.get_secret_value():
            return SignIn.CLIENT_CREDENTIALS
        return SignIn.NONE


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return PREFIX + name.upper()
