// Says on the page when the browser gives no passkey; the sign-in library only tells the console.
document.addEventListener('allauth.error', (event) => {
  const trouble = document.getElementById('passkey-trouble')
  if (trouble) {
    event.preventDefault()
    trouble.hidden = false
  }
})
