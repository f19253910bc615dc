/*
 * ES3 on purpose: runs in Internet Explorer and in the compatibility mode of Chinese browsers (IE core),
 * where nothing else of this page would even parse. Finds out what is missing and says which button to press.
 */
(function () {
  var MINIMUM = 'Chrome / Edge 90, Firefox 100, Safari 15.4';
  /* Below this Chrome lacks what the page needs, although all objects exist. */
  var OLDEST_CHROME = 87;

  function tooOld() {
    var chrome = /Chrom(?:e|ium)\/(\d+)/.exec(navigator.userAgent);
    if (chrome && Number(chrome[1]) < OLDEST_CHROME) return true;
    return !(
      window.Promise &&
      window.fetch &&
      window.customElements &&
      window.WebSocket &&
      window.RTCPeerConnection &&
      window.BroadcastChannel &&
      'noModule' in document.createElement('script')
    );
  }

  function explain() {
    document.title = '浏览器版本过旧';
    document.body.style.cssText =
      'margin:0;padding:40px 24px;background:#f3f5f6;color:#17242c;' +
      'font:18px/1.7 "Microsoft YaHei","PingFang SC",sans-serif';
    document.body.innerHTML =
      '<div style="max-width:720px;margin:0 auto;padding:24px 32px;background:#fff;border:1px solid #d5dde1">' +
      '<h1 style="font-size:26px;margin:0 0 12px">这个浏览器(或它的兼容模式)不能视频问诊</h1>' +
      '<p><b>360、QQ、搜狗浏览器:</b>点地址栏右侧的“<b>e</b>”图标(或“闪电”图标),选“<b>极速模式</b>”,本页会自动重新打开。</p>' +
      '<p><b>其他浏览器:</b>请安装或升级 Chrome 或 Edge 90 以上版本,再打开本页。</p>' +
      '<p>最低版本:' + MINIMUM + '</p>' +
      '<hr style="border:0;border-top:1px solid #d5dde1;margin:20px 0">' +
      '<p><b>This browser, or its compatibility mode, cannot hold video consultations.</b></p>' +
      '<p>360, QQ or Sogou browser: click the “e” icon at the right of the address bar and choose 极速模式 (speed mode). ' +
      'Otherwise install or update Chrome or Edge 90 or newer, then open this page again.</p>' +
      '<p>At least: ' + MINIMUM + '</p>' +
      '</div>';
  }

  if (!tooOld()) return;
  document.documentElement.setAttribute('data-old-browser', 'true');
  if (window.addEventListener) window.addEventListener('load', explain, false);
  else window.attachEvent('onload', explain);
})();
